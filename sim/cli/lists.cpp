#include "sim/cli/lists.h"

#include <algorithm>

namespace subvolt::cli {

std::vector<std::string> pieces(const std::string& text) {
  std::vector<std::string> all;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    std::string piece = text.substr(begin, end - begin);
    piece.erase(std::remove(piece.begin(), piece.end(), ' '), piece.end());
    all.push_back(piece);
    if (end == text.size()) return all;
    begin = end + 1;
  }
}

std::vector<power::Corner> corners_of(const std::string& text, const std::vector<power::Corner>& otherwise) {
  if (text.empty()) return otherwise;
  std::vector<power::Corner> corners;
  for (const std::string& piece : pieces(text)) corners.push_back(one_of<power::Corner>("--corners", piece));
  return corners;
}

std::vector<Temperature> temperatures_of(const std::string& text) {
  std::vector<Temperature> temperatures;
  for (const std::string& piece : pieces(text)) {
    const Temperature t = parsed<Temperature>("--temperatures", piece);
    if (t.celsius() < -40.0 || t.celsius() > 125.0) {
      throw_configuration("--temperatures: expected temperatures from -40 C to 125 C, got \"" + piece + "\"");
    }
    temperatures.push_back(t);
  }
  return temperatures;
}

}  // namespace subvolt::cli
