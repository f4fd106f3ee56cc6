"""A table as a file: CSV, a workbook, and the page that shows the same columns."""
