"""The simple peers of each task, and the report that compares estimators with them."""
