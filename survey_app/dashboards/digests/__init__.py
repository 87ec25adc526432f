"""The figures of a choice by e-mail, weekly or monthly: what a letter says, when it goes, and how it is stopped."""
