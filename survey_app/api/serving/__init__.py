"""How every route answers: who may, what was asked, in which form, and how long an answer may be kept."""
