"""What is counted: rows, definitions, disclosure control, pages and exports."""
