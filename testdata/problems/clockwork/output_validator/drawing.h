/* Draws a pair of wheels for the jury. */
void draw(const char *feedback_dir, long a, long b);
