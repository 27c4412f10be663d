#include "sim/mapping/dot_product/dot_product_follow.h"

#include <algorithm>
#include <deque>
#include <limits>

#include "sim/mapping/dot_product/dot_product_run.h"

namespace subvolt::mapping {
namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

class Following {
 public:
  Following(const DotProductMachine& machine, const DotProductStart& start, BurstWays& ways)
      : machine_(machine), start_(start), ways_(ways), run_(machine, start.layer) {
    run_.whole_requests(true);
  }

  std::int64_t end() {
    while (true) {
      const std::int64_t answer = flights_.empty() ? kNever : flights_.front().answered;
      const std::int64_t write = stripes_.empty() ? kNever : stripes_.front().at;
      // Of one moment answers come first and reads last, as in the component.
      const std::int64_t other = std::min(answer, write), read = next_read();
      if (other == kNever && read == kNever) return std::max(run_.end(), written_);
      now_ = std::max(now_, std::min(other, read));
      if (answer <= write && answer <= read) {
        take_answer();
      } else if (write <= read) {
        send_writes();
      } else {
        send_read();
      }
    }
  }

 private:
  struct Flight {
    std::int64_t beats, answered;
  };

  std::int64_t next_read() {
    if (run_.all_sent()) return kNever;
    const DotProductRun::Request& request = run_.next();
    if (request.beats == 0 || (request.open && run_.in_flight() > 0)) return kNever;
    return std::max(request.at, now_);
  }

  void take_answer() {
    run_.answered_at_once(flights_.front().beats, flights_.front().answered);
    flights_.pop_front();
    run_.groups().clear();
    stripes_.insert(stripes_.end(), run_.stripes().begin(), run_.stripes().end());
    run_.stripes().clear();
  }

  void send_read() {
    DotProductRun::Request request = run_.next();
    const BeatRun run = request.weights ? start_.weight_run(machine_, request.first, request.beats)
                                        : start_.input_run(machine_, request.first, request.beats);
    request.beats = run.beats;
    run_.sent(request);
    const std::int64_t answered = sent(run, false);
    // Those that overtake others are taken behind them.
    flights_.push_back({run.beats, flights_.empty() ? answered : std::max(answered, flights_.back().answered)});
  }

  void send_writes() {
    const DotProductRun::Stripe stripe = stripes_.front();
    stripes_.pop_front();
    for (const BeatRun& run : start_.output_runs(stripe.group, stripe.first, stripe.positions)) {
      written_ = std::max(written_, sent(run, true));
    }
  }

  std::int64_t sent(const BeatRun& run, bool write) {
    return edge_from(ways_.send({run.address, run.bytes}, write, static_cast<double>(now_)).answered);
  }

  const DotProductMachine& machine_;
  const DotProductStart& start_;
  BurstWays& ways_;
  DotProductRun run_;
  std::deque<Flight> flights_;
  std::deque<DotProductRun::Stripe> stripes_;
  std::int64_t now_ = 0, written_ = 0;
};

}  // namespace

std::int64_t follow_dot_product(const DotProductMachine& machine, const DotProductStart& start, BurstWays ways) {
  return Following(machine, start, ways).end();
}

}  // namespace subvolt::mapping
