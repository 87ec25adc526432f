"""Letters and cards: people without e-mail and mobile number get a code on paper, printed and posted by the council."""
