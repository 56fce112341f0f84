"""Who goes where and when: arrays in, plan out; no database, and no clock but the budget's."""
