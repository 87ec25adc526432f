"""Services, teams and sites as one whole: what each is, changed one by one or by a file, and put back."""
