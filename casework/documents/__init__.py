"""Documents of a dossier: drafted from templates, initialled, signed, sealed, registered, checked by anybody."""
