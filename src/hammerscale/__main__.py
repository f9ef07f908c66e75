"""`python -m hammerscale`, the form that MPI launchers need."""

from hammerscale.cli import main

if __name__ == "__main__":
    main()
