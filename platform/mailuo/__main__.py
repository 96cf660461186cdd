"""`python -m mailuo`: the same as the command `mailuo`."""

from mailuo.cli.main import main

if __name__ == "__main__":
    main()
