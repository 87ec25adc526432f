"""The pack that an assessor takes away."""
