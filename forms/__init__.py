"""E-forms in the form-js schema and the answers given on them (pure)."""
