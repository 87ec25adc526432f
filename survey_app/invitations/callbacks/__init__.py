"""What GOV.UK Notify calls back about: receipts, complaints, and text messages from residents."""
