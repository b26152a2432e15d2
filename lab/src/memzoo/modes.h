/* The modes; each in the file that has its name, and none ever returns. */
void threads(void), forks(void), churn(void), remap(void), shared(void), memfd(void), huge(void), tree(void),
	exec(void), sparse(void), locked(void), zero(void), stack(void), growing(void), sysv(void), buffers(void);

/* What exec's children become: the board's descriptor, the slot, and the number of the life. */
void executed(int fd, int slot, unsigned long long life);
