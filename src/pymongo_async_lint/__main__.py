"""`python -m pymongo_async_lint`"""

from pymongo_async_lint.cli import main

if __name__ == "__main__":
    main()
