// Words of Tcl, of which UPF files are made.
#pragma once

#include <string>
#include <vector>

namespace subvolt::report {

// One word, read by Tcl as exactly this text: bare where that is the same, else in braces, else with backslashes
// (Tcl(n), rules 3 to 9).
std::string tcl_word(const std::string& text);
// {a b {c d}}: one word that is a list of these words.
std::string tcl_list(const std::vector<std::string>& elements);
// A comment that ends with its line, whatever the text; lines of at most 100 columns.
std::string tcl_comment(const std::string& text);

}  // namespace subvolt::report
