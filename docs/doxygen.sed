# What says the same of every struct and class needs no words at each of them. Lines stay lines.
s|size_t struct_size;|size_t struct_size; /**< The sizeof of this struct. */|
s/^.* = default;//
s/^  ~[A-Za-z]*() override;//
s/^  ~[A-Za-z]*();//
s/^  [A-Za-z]*([A-Za-z]*&&) noexcept;//
s/^  [A-Za-z]*& operator=([A-Za-z]*&&) noexcept;//
