"""Who goes where and when: arrays in, plan out."""
