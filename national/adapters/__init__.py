"""How the ports are carried out in earnest. Only `assembly/partners.py` names these modules."""
