// At given times of day, on given days of the week; or at given times since the begin.
#include <algorithm>

#include "sim/scenario/arrival/arrivals.h"
#include "sim/scenario/value/varying.h"

namespace subvolt::scenario {
namespace {

class Times : public Arrivals {
 public:
  std::vector<TimeOfDay> daily;
  std::vector<Weekday> days;
  std::vector<Time> at;
  static const config::Schema<Times>& schema();
  // The mean of what is repeated; of a list that is not, over the time to its last one.
  Profile rate(const Begin&) const override {
    if (!at.empty()) {
      const double span = std::max(at.back().si(), 1.0);
      return Profile::series({{0, static_cast<double>(at.size()) / span}, {nanoseconds(Time::from_si(span)), 0.0}});
    }
    return Profile(static_cast<double>(in_week().size()) / seconds(kWeek));
  }
  Gaps gaps(double) const override {
    std::vector<double> gaps;
    const std::vector<Nanoseconds> week = at.empty() ? in_week() : std::vector<Nanoseconds>();
    for (std::size_t i = 0; i < week.size(); ++i) {
      gaps.push_back(seconds(i + 1 < week.size() ? week[i + 1] - week[i] : week[0] + kWeek - week[i]));
    }
    for (std::size_t i = 1; i < at.size(); ++i) gaps.push_back((at[i] - at[i - 1]).si());
    if (gaps.empty()) gaps.push_back(kLongest.si());
    return sampled_gaps(std::move(gaps));
  }
  bool regular() const override { return true; }
  std::unique_ptr<ArrivalStream> stream(const Begin& begin, Random random) const override;

  std::vector<Nanoseconds> in_week() const {
    std::vector<Nanoseconds> all;
    for (const TimeOfDay& time : daily) {
      for (const auto& span : spans_of(time, {kDay}, days)) all.push_back(span.first);
    }
    std::sort(all.begin(), all.end());
    return all;
  }
};

class Stream : public ArrivalStream {
 public:
  Stream(const Times& source, const Begin& begin) : length_(nanoseconds(source.length)), repeats_(source.at.empty()) {
    for (const Time t : source.at) due_.push_back(nanoseconds(t));
    if (!repeats_) return;
    for (const Nanoseconds t : source.in_week()) due_.push_back((t - begin.in_week + 2 * kWeek) % kWeek);
    std::sort(due_.begin(), due_.end());
  }
  bool next(Arrival& arrival) override {
    if (i_ == due_.size() && !repeats_) return false;
    if (i_ == due_.size()) {
      i_ = 0;
      week_ += kWeek;
    }
    arrival.time = week_ + due_[i_++];
    arrival.length = length_;
    return true;
  }

 private:
  std::vector<Nanoseconds> due_;
  std::size_t i_ = 0;
  Nanoseconds week_ = 0, length_;
  bool repeats_;
};

const config::Schema<Times>& Times::schema() {
  static const auto s = with_common_keys(
      config::Schema<Times>("times", "Arrivals at given times.")
          .optional("daily", &Times::daily, "Times of day, such as [\"08:00\", \"20:00\"].")
          .optional("days", &Times::days, "Of the week; all when absent.")
          .optional("at", &Times::at, "Times since the begin, in order.")
          .check([](const Times& t, const config::Node& node, config::Diagnostics& d) {
            if (t.daily.empty() == t.at.empty()) {
              d.error(node, "expected `daily` or `at`, got " + std::string(t.at.empty() ? "none" : "both"));
            }
            for (std::size_t i = 1; i < t.at.size(); ++i) {
              if (t.at[i] >= t.at[i - 1]) continue;
              d.error(node.find("at")->items()[i],
                      "expected times in order, got " + brief(t.at[i]) + " behind " + brief(t.at[i - 1]));
            }
          }));
  return s;
}

std::unique_ptr<ArrivalStream> Times::stream(const Begin& begin, Random) const {
  return std::make_unique<Stream>(*this, begin);
}

const bool times_registered = Arrivals::makers().add<Times>();

}  // namespace
}  // namespace subvolt::scenario
