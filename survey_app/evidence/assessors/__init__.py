"""The assessor's access: by invitation, read-only, until a day; a walk of all elements, and questions answered."""
