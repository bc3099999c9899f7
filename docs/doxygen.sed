# Removes members that every struct and class has, which need no documentation. Keeps line numbers.
s|size_t struct_size;|size_t struct_size; /**< The sizeof of this struct. */|
s/^.* = default;//
s/^  ~[A-Za-z]*() override;//
s/^  ~[A-Za-z]*();//
s/^  [A-Za-z]*([A-Za-z]*&&) noexcept;//
s/^  [A-Za-z]*& operator=([A-Za-z]*&&) noexcept;//
