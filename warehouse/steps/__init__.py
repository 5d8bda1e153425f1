"""What SQL does badly, done on Arrow columns between two phases of dbt."""
