#include "sim/power/record/spans.h"

#include <algorithm>
#include <tuple>

namespace subvolt::power {

const char* to_text(SpanKind kind) {
  static constexpr const char* kTexts[kSpanKinds] = {"component", "power_domain", "engine", "port", "memory_bank"};
  return kTexts[static_cast<int>(kind)];
}

int SpanLog::add_track(std::string owner, SpanKind kind, std::vector<std::string> names) {
  tracks_.push_back({std::move(owner), kind, std::move(names), {}});
  open_.emplace_back();
  return static_cast<int>(tracks_.size()) - 1;
}

void SpanLog::add(int track, Span span) {
  std::vector<Span>& spans = tracks_[static_cast<std::size_t>(track)].spans;
  if (!spans.empty()) {
    Span& last = spans.back();
    const bool same = last.what == span.what && last.task == span.task && last.number == kNoNumber &&
                      span.number == kNoNumber && last.end_ps == span.begin_ps;
    if (same) {
      last.end_ps = span.end_ps;
      return;
    }
  }
  if (count_ == most_) {
    until_ps_ = until_ps_ < 0 ? span.begin_ps : std::min(until_ps_, span.begin_ps);
    return;
  }
  ++count_;
  spans.push_back(span);
}

void SpanLog::begin(int track, std::int64_t begin_ps, std::int32_t what, std::int64_t number) {
  end(track, begin_ps);
  open_[static_cast<std::size_t>(track)] = {{begin_ps, begin_ps, what, kNobody, number}, true};
}

void SpanLog::end(int track, std::int64_t end_ps) {
  Open& open = open_[static_cast<std::size_t>(track)];
  if (!open.open) return;
  open.open = false;
  open.span.end_ps = end_ps;
  if (open.span.end_ps > open.span.begin_ps) add(track, open.span);
}

SpanRecord SpanLog::finish(std::int64_t end_ps) {
  for (std::size_t t = 0; t < tracks_.size(); ++t) end(static_cast<int>(t), end_ps);
  SpanRecord record;
  record.until_ps = until_ps_ < 0 ? end_ps : until_ps_;
  record.tracks = std::move(tracks_);
  for (SpanTrack& track : record.tracks) {
    const auto key = [](const Span& s) { return std::tuple(s.begin_ps, s.end_ps, s.what, s.task, s.number); };
    std::sort(track.spans.begin(), track.spans.end(), [&](const Span& a, const Span& b) { return key(a) < key(b); });
  }
  return record;
}

}  // namespace subvolt::power
