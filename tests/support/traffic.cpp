#include "tests/support/traffic.h"

#include <algorithm>

namespace subvolt::test {

Traffic::Traffic(sc_core::sc_module_name name, std::vector<Access> accesses, int outstanding)
    : sc_module(name),
      port("port", [this](kernel::Payload& payload) { answered(payload); }),
      accesses_(std::move(accesses)),
      answers_(accesses_.size()),
      free_(outstanding) {
  sc_core::sc_spawn_options options;
  options.spawn_method();
  options.set_sensitivity(&wake_);
  sc_core::sc_spawn([this] { step(); }, "step", &options);
}

void Traffic::step() {
  for (; next_ < accesses_.size() && free_ > 0; ++next_) {
    const Access& access = accesses_[next_];
    if (access.at > kernel::time_now()) {
      wake_.notify(kernel::to_sc_time(access.at - kernel::time_now()));
      return;
    }
    --free_;
    kernel::Payload& payload =
        pool_.acquire(access.write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND, access.address, access.bytes);
    sent_[&payload] = next_;
    port.send(payload);
  }
}

void Traffic::answered(kernel::Payload& payload) {
  const auto sent = sent_.find(&payload);
  Answer& answer = answers_[sent->second];
  answer.at = kernel::time_now();
  answer.status = payload.get_response_status();
  ++answer.times;
  sent_.erase(sent);
  payload.release();
  ++free_;
  wake_.notify(sc_core::SC_ZERO_TIME);
}

Picoseconds Traffic::last_answer() const {
  Picoseconds last(-1);
  for (const Answer& a : answers_) last = std::max(last, a.at);
  return last;
}

std::int64_t Traffic::bytes(bool write) const {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < accesses_.size(); ++i) {
    if (accesses_[i].write == write && answers_[i].status == tlm::TLM_OK_RESPONSE) sum += accesses_[i].bytes;
  }
  return sum;
}

bool Traffic::all_served() const {
  return std::all_of(answers_.begin(), answers_.end(),
                     [](const Answer& a) { return a.times == 1 && a.status == tlm::TLM_OK_RESPONSE; });
}

}  // namespace subvolt::test
