// Command lines as text that can be pasted into a POSIX shell.
#pragma once

#include <string>
#include <vector>

namespace subvolt::cli {

// The word as it is, or in single quotes when a shell would see more in it than a word.
std::string quoted(const std::string& word);
// What quoted() made, words apart by blanks, back into words.
std::vector<std::string> split_words(const std::string& text);

}  // namespace subvolt::cli
