#include "models/mem/sram/sram.h"

#include <algorithm>

#include "sim/kernel/component_registry.h"
#include "sim/kernel/operating_points.h"
#include "sim/units/picoseconds.h"

namespace subvolt::mem {
namespace {

using power::PowerState;

const bool sram_registered = kernel::register_component(
    {"sram",
     "On-chip SRAM with independent banks.",
     &SramConfig::schema(),
     {{"", kernel::PortRole::kTarget, false, "Reads and writes."}},
     sram_events(SramConfig()),
     [](const std::string& name, const config::Node& configuration, kernel::Environment& environment) {
       return std::make_unique<Sram>(name.c_str(), SramConfig::schema().read(configuration), environment);
     },
     [](const std::string& name, const config::Node& configuration) {
       const SramConfig config = SramConfig::schema().read(configuration);
       return std::vector<kernel::SramBanks>{
           {name, bank_capacity_B(config), config.latency, configuration.path(), true, config.ecc != SramEcc::kNone}};
     }});

Cycles latency_of(const char* name, const SramConfig& config, const kernel::Environment& environment) {
  return config.latency.value_or(environment.access_cycles(name));
}

bool deep(PowerState state) { return state == PowerState::kRetention || state == PowerState::kOff; }

}  // namespace

Sram::Sram(sc_core::sc_module_name name, const SramConfig& config, kernel::Environment& environment)
    : Component(name, environment,
                {"sram", "", sram_inventory(config), sram_events(config, latency_of(name, config, environment))}),
      config_(config),
      latency_(latency_of(sc_core::sc_object::name(), config, environment)),
      bank_size_(bank_size(config)),
      port_("port", [this](kernel::Payload& payload) { arrive(payload); }),
      banks_(static_cast<std::size_t>(config.banks)),
      retention_after_ps_(config.retention_after ? picoseconds(*config.retention_after) : -1),
      states_(config.retention_after.has_value() || config.unused_banks == UnusedBanks::kOff),
      answers_([this] { answer(); }) {
  port_.set_direct(this);
  if (kernel::OperatingPoints* points = environment.operating_points()) {
    points->on_change([this] { latency_ = latency_of(instance().c_str(), config_, this->environment()); });
  }
  if (config.unused_banks == UnusedBanks::kOff) {
    for (SramBank& bank : banks_) bank.switch_off();
  }
}

std::vector<mapping::Passage> Sram::passages(bool write, const mapping::PointRates& at) const {
  if (config_.bytes_per_cycle) return {{"", 0.0, 1.0 / *config_.bytes_per_cycle, 0.0, instance(), 1}};
  constexpr std::int64_t kRequest = 256;  // the largest burst in use
  std::int64_t banks = config_.banks;
  if (config_.stripe_words() > 1)
    banks = std::min(banks, std::max<std::int64_t>(1, kRequest / config_.stripe->value()));
  const std::int64_t ports = config_.ports == SramPorts::k2Rw ? 2 : 1;
  const std::int64_t access = config_.latency ? config_.latency->value() : at.access_cycles(instance());
  auto latency = static_cast<double>(access) - 1.0;
  if (!write && config_.ecc != SramEcc::kNone) latency += static_cast<double>(config_.ecc_latency.value());
  const std::string port = config_.ports != SramPorts::k1R1W ? "" : write ? ".write" : ".read";
  const std::int64_t at_once = banks * config_.word.value() * ports;
  mapping::Passage passage{instance(), 0.0, 1.0 / static_cast<double>(at_once), latency, instance() + port, at_once};
  passage.word = config_.word.value();
  passage.stripe = config_.stripe_words() > 1 ? config_.stripe->value() : 0;
  passage.edge = mapping::Edge::kFrom;
  passage.then = latency;
  passage.banks = config_.banks;
  passage.ports = ports;
  return {passage};
}

void Sram::hold_data(Bytes begin, Bytes end) {
  const std::int64_t word = config_.word.value();
  const std::int64_t last = std::min(end, config_.size).value() - 1;
  // Beyond a stripe in every bank nothing new is met.
  std::int64_t stripes = config_.banks;
  for (std::int64_t w = begin.value() / word; w * word <= last && stripes > 0; --stripes) {
    banks_[bank_of(w)].hold_data();
    w = (w / config_.stripe_words() + 1) * config_.stripe_words();
  }
}

void Sram::arrive(kernel::Payload& payload) {
  if (in_flight_ < config_.outstanding) {
    start(payload);
  } else {
    waiting_ = &payload;  // the base protocol allows no second one before this is accepted
  }
}

void Sram::start(kernel::Payload& payload) {
  ++in_flight_;
  const std::int64_t begin_ps = ready_at();
  const std::int64_t first_edge = clock().edges_before(begin_ps);
  const std::uint64_t size = static_cast<std::uint64_t>(config_.size.value());
  std::int64_t answer_edge = first_edge + latency_.value();
  const kernel::DirectAccess access{payload.is_write(), payload.get_address(),
                                    static_cast<std::int64_t>(payload.get_data_length()), kernel::task_of(payload)};
  if (payload.get_address() >= size || payload.get_data_length() > size - payload.get_address()) {
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
  } else if (payload.get_data_length() > 0 && !split(access)) {
    payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
  } else {
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    if (payload.get_data_length() > 0) answer_edge = schedule(access, first_edge, kernel::now_ps());
  }
  const std::int64_t answer_ps = clock().edge_ps(answer_edge);
  busy(begin_ps, answer_ps);
  answers_.add(answer_ps, &payload);
  port_.accept(payload);
}

std::size_t Sram::bank_of(std::int64_t word) const {
  return static_cast<std::size_t>(word / config_.stripe_words() % config_.banks);
}

bool Sram::split(const kernel::DirectAccess& access) {
  const std::int64_t word = config_.word.value();
  const std::int64_t stripe = config_.stripe_words();
  const auto begin = static_cast<std::int64_t>(access.address);
  const std::int64_t end = begin + access.bytes;
  const std::int64_t first = begin / word, words = (end - 1) / word - first + 1;
  shares_.clear();
  const std::int64_t banks = config_.banks;
  if (stripe == 1) {
    for (std::int64_t i = 0; i < std::min(words, banks); ++i) {
      // words i, i + banks, i + 2 banks, ...
      shares_.push_back({static_cast<std::size_t>((first + i) % banks), ceil_div(words - i, banks), 0});
    }
  } else {
    for (std::int64_t w = first; w < first + words;) {
      const std::int64_t next = std::min((w / stripe + 1) * stripe, first + words);
      const std::size_t bank = bank_of(w);
      const auto known =
          std::find_if(shares_.begin(), shares_.end(), [bank](const Share& share) { return share.bank == bank; });
      if (known == shares_.end()) {
        shares_.push_back({bank, next - w, 0});
      } else {
        known->words += next - w;
      }
      w = next;
    }
  }
  if (config_.ecc != SramEcc::kNone && access.write) {
    const auto partial = [this](std::int64_t w) {
      for (Share& share : shares_) share.partial += share.bank == bank_of(w) ? 1 : 0;
    };
    const std::int64_t last = first + words - 1;
    const bool head = begin % word != 0, tail = end % word != 0;
    if (head || (tail && last == first)) partial(first);
    if (tail && last != first) partial(last);
  }
  if (!states_ || access.write) return true;
  return std::none_of(shares_.begin(), shares_.end(), [this](const Share& s) { return banks_[s.bank].off(); });
}

void Sram::wake(SramBank& bank, std::int64_t first_edge, int task) {
  const std::int64_t at_ps = clock().edge_ps(first_edge);
  const bool off = bank.off();
  if (!off && !bank.retained(at_ps, retention_after_ps_)) return;
  count_for(task, kBankWake);
  const std::int64_t wake_ps = picoseconds(off ? config_.off_wake : config_.retention_wake);
  const Cycles wake_cycles = off ? config_.off_wake_cycles : config_.retention_wake_cycles;
  bank.wake_until(std::max(first_edge + wake_cycles.value(), clock().edges_before(at_ps + wake_ps)));
}

bool Sram::begin_direct(std::uint64_t address, std::uint64_t bytes, std::int64_t gap_ps) {
  const auto size = static_cast<std::uint64_t>(config_.size.value());
  // A bank that is off may refuse a read: that is the ordinary way's matter.
  const bool off = states_ && std::any_of(banks_.begin(), banks_.end(), [](const SramBank& b) { return b.off(); });
  return address < size && bytes <= size - address && !off && in_flight_ == 0 && begin_direct_work(gap_ps);
}

std::int64_t Sram::direct(const kernel::DirectAccess& access, std::int64_t at_ps) {
  const std::int64_t first_edge = clock().edges_before(at_ps);
  split(access);
  direct_ = true;
  const std::int64_t answer_edge = schedule(access, first_edge, at_ps);
  direct_ = false;
  work_directly(answer_edge - first_edge);
  return clock().edge_ps(answer_edge);
}

std::int64_t Sram::schedule(const kernel::DirectAccess& access, std::int64_t first_edge, std::int64_t now_ps) {
  const bool read = !access.write;
  const bool code = config_.ecc != SramEcc::kNone;
  const std::int64_t tail = latency_.value() - 1 + (read && code ? config_.ecc_latency.value() : 0);
  const std::int64_t begin_ps = clock().edge_ps(first_edge);
  const BankSurroundings around = surroundings();
  BankResidency residency;
  if (around.domain != domain_) settle_banks();
  std::int64_t end = 0, undisturbed = 0, words = 0, partial = 0;
  std::int64_t told_end = -1, told_ps = 0;  // most banks end together
  for (const Share& share : shares_) {
    SramBank& bank = banks_[share.bank];
    bank.settle(now_ps, around, residency);
    if (states_) wake(bank, first_edge, access.task);
    const std::int64_t accesses = share.words + share.partial;
    std::int64_t bank_end = 0;
    if (config_.ports == SramPorts::k2Rw) {
      bank_end = bank.serve_any(accesses, first_edge);
      undisturbed = std::max(undisturbed, ceil_div(accesses, 2));
    } else {
      const int port = config_.ports == SramPorts::k1R1W && !read ? 1 : 0;
      bank_end = bank.serve(port, accesses, first_edge);
      undisturbed = std::max(undisturbed, accesses);
    }
    if (bank_end != told_end) told_ps = clock().edge_ps(bank_end + tail);
    told_end = bank_end;
    bank.work(begin_ps, told_ps);
    end = std::max(end, bank_end);
    words += share.words;
    partial += share.partial;
  }
  report(residency);
  const std::int64_t end_ps = clock().edge_ps(end);
  const auto book = [&](SramEvent event, std::int64_t n) {
    if (direct_) {
      count_for(access.task, event, n);
    } else {
      spread(event, n, begin_ps, end_ps, access.task);
    }
  };
  book(read ? kRead : kWrite, words);
  if (partial > 0) book(kRead, partial);
  book(read ? kReadBytes : kWriteBytes, access.bytes);
  if (end > first_edge + undisturbed) book(kConflictCycles, end - first_edge - undisturbed);
  if (code) {
    if (!read) book(kEccEncode, words);
    if (read || partial > 0) book(kEccDecode, read ? words : partial);
  }
  return end + tail;
}

BankSurroundings Sram::surroundings() const {
  return {power_domain().state(), power_domain().settings().gate_idle_units, retention_after_ps_, &clock()};
}

void Sram::settle() { settle_banks(); }

void Sram::state(kernel::StateKey& key) const {
  key.at_work_if(in_flight_ > 0 || waiting_);
  key.add(static_cast<std::int64_t>(domain_));
  const std::int64_t now = kernel::now_ps();
  const std::int64_t edge = clock().edges_before(now);
  for (const SramBank& bank : banks_) bank.state(key, now, edge, retention_after_ps_);
}

// The recorder calls just before a domain's state changes, so the state of now held since the last call; a change of
// state that shows now happened at the time of the last call.
void Sram::settle_banks() {
  const BankSurroundings around = surroundings();
  const std::int64_t now = kernel::now_ps();
  if (deep(domain_) && !deep(around.domain)) {
    for (const SramBank& bank : banks_) {
      if (!bank.off() && !bank.retained(settled_ps_, retention_after_ps_)) count(kBankWake);
    }
  }
  domain_ = around.domain;
  settled_ps_ = now;
  BankResidency residency;
  for (SramBank& bank : banks_) bank.settle(now, around, residency);
  report(residency);
}

void Sram::report(const BankResidency& residency) {
  constexpr SramEvent kStates[kBankStates] = {kBankActive, kBankClockGated, kBankRetention, kBankOff};
  for (std::size_t s = 0; s < kBankStates; ++s) {
    if (residency.ps[s] > 0) count(kStates[s], residency.ps[s]);
  }
  if (residency.clock_edges > 0) count(kBankClock, residency.clock_edges * bank_size_.flip_flops);
}

void Sram::answer() {
  for (kernel::Payload* payload = nullptr; answers_.take_due(payload);) {
    --in_flight_;
    port_.respond(*payload);
    if (waiting_ && in_flight_ < config_.outstanding) {
      kernel::Payload& next = *waiting_;
      waiting_ = nullptr;
      start(next);
    }
  }
}

}  // namespace subvolt::mem
