"""`python -m bench [NAME …]`, which `./motcua bench` runs."""

import sys

from bench.results import main

sys.exit(main(sys.argv[1:]))
