"""Discrete-event simulation of demand, people and rules: what would come of another plan, timetable or staffing. Pure."""
