// The save file of a value change dump: lines as GTKWave 3.3 writes them ("GTKWave Savefile" in its manual).
#include <algorithm>
#include <cmath>

#include "sim/report/views/vcd.h"
#include "sim/report/views/vcd_names.h"

namespace subvolt::report {
namespace {

constexpr const char* kMark = "[*] made by subvolt trace\n";

// Flags of a trace (GTKWave 3.3, src/analyzer.h, TR_...): hexadecimal in the file.
constexpr const char* kTextFlags = "@28\n";         // right-justified, binary
constexpr const char* kCurveFlags = "@88420\n";     // real, analog steps, signed, right-justified
constexpr const char* kBlankFlags = "@20000\n-\n";  // room for the analog trace above
constexpr const char *kGroupBegin = "@800200\n-", *kGroupEnd = "@1000200\n-";
constexpr const char *kClosedBegin = "@c00200\n-", *kClosedEnd = "@1401200\n-";

// Of 1 red to 7 violet, those that are bright on black.
constexpr int kColours[] = {4, 3, 2, 1, 7};
constexpr int kHeight = 2;       // lines of a curve
constexpr double kFrames = 4.0;  // of 200 pixels of time, in a window of 1400 pixels

// Groups that are open at first.
bool opens(const std::string& group) {
  static const char* const kOpen[] = {"jobs", "layers", "power states", "commands", kPowerGroup, kDomainPowerGroup};
  return std::any_of(std::begin(kOpen), std::end(kOpen), [&](const char* open) { return group == open; });
}

// Braces end an alias, and lines end it as well.
std::string alias(std::string name) {
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return c < ' ' || c == '{' || c == '}'; }, '_');
  return "+{" + name + "} ";
}

std::string joined(const std::vector<std::string>& path) {
  std::string text = path.front();
  for (std::size_t i = 1; i < path.size(); ++i) text += "." + path[i];
  return text;
}

}  // namespace

std::string gtkw_text(const Tracks& tracks, const std::string& file) {
  std::string text = kMark;
  if (file.find_first_of("\"\n\\") == std::string::npos) text += "[dumpfile] \"" + file + "\"\n";
  text += "[timestart] 0\n[size] 1400 900\n[pos] -1 -1\n";
  // 2^-zoom units of time in a frame.
  const double zoom = -std::log2(std::max(1.0, static_cast<double>(tracks.end.value()) / kFrames));
  text += "*" + std::to_string(zoom) + " -1";
  for (int marker = 0; marker < 26; ++marker) text += " -1";
  text += "\n[signals_width] 260\n";
  std::size_t shown = 0;
  for (const TrackGroup& group : tracks.groups) {
    const bool open = opens(group.name);
    const int colour = kColours[shown % std::size(kColours)];
    std::string lines;
    for (const StateTrack& states : group.states) {
      if (states.transfers) continue;
      lines += "[color] " + std::to_string(colour) + "\n" + kTextFlags + alias(states.name) +
               joined(vcd_path(group.name, states.name)) + "\n";
    }
    for (const Curve& curve : group.curves) {
      const std::string unit = curve.unit.empty() ? "" : " [" + curve.unit + "]";
      lines += "[color] " + std::to_string(colour) + "\n" + kCurveFlags + alias(curve.name + unit) +
               joined(vcd_path(group.name, curve.name)) + "\n";
      for (int i = 1; i < kHeight; ++i) lines += kBlankFlags;
    }
    if (lines.empty()) continue;
    text += (open ? kGroupBegin : kClosedBegin) + group.name + "\n" + lines + (open ? kGroupEnd : kClosedEnd) +
            group.name + "\n";
    ++shown;
  }
  return text + "[pattern_trace] 1\n[pattern_trace] 0\n";
}

bool is_own_gtkw(const std::string& text) { return text.rfind(kMark, 0) == 0; }

}  // namespace subvolt::report
