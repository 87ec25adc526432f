"""The walk of all elements in one sitting, and what stands behind a figure."""
