"""What everybody may read: you said, we did, and our standards; written, approved by somebody else, then published.

- `queries.published_changes()`, `queries.published_standards()`: what stands published, for pages, feed and data.
- `operations.publish_change(...)`, `operations.publish_standard(...)`: written and published in one, for commands.
"""
