#include "tests/support/random_initiator.h"

#include <algorithm>

namespace subvolt::test {

RandomInitiator::RandomInitiator(sc_core::sc_module_name name, std::uint64_t capacity, int requests, unsigned seed,
                                 Picoseconds longest_gap)
    : sc_module(name),
      socket("socket"),
      capacity_(capacity),
      requests_(requests),
      random_(seed),
      longest_gap_(longest_gap) {
  socket.register_nb_transport_bw(this, &RandomInitiator::nb_transport_bw);
  sc_core::sc_spawn([this] { run(); }, "run");
  sc_core::sc_spawn_options options;
  options.spawn_method();
  options.dont_initialize();
  options.set_sensitivity(&end_response_);
  sc_core::sc_spawn([this] { end_late(); }, "end_late", &options);
}

void RandomInitiator::fault(const std::string& what) {
  if (faults_.size() < 5) faults_.push_back(what + " at " + std::to_string(kernel::time_now()) + " ps");
}

std::unique_ptr<RandomInitiator::Transaction> RandomInitiator::make() {
  auto t = std::make_unique<Transaction>();
  tlm::tlm_generic_payload& p = t->payload;
  const unsigned dice = random_() % 20;
  p.set_command(dice == 0 ? tlm::TLM_IGNORE_COMMAND : dice < 10 ? tlm::TLM_READ_COMMAND : tlm::TLM_WRITE_COMMAND);
  const std::uint64_t length = random_() % 8 == 0 ? 0 : 1 + random_() % 150;
  // A small window, so that reads meet what was written; now and then around the end of the memory.
  const std::uint64_t window = std::min<std::uint64_t>(capacity_, 2000);
  p.set_address(random_() % 25 == 0 ? capacity_ - 20 + random_() % 60 : random_() % window);
  t->data.resize(length + 1);
  for (unsigned char& byte : t->data) byte = static_cast<unsigned char>(random_());
  p.set_data_ptr(t->data.data());
  p.set_data_length(static_cast<unsigned>(length));
  p.set_streaming_width(static_cast<unsigned>(std::max<std::uint64_t>(length, 1)));
  if (length > 0 && random_() % 4 == 0) {
    t->enables.resize(1 + random_() % 9);
    for (unsigned char& e : t->enables) e = random_() % 2 ? TLM_BYTE_ENABLED : TLM_BYTE_DISABLED;
    p.set_byte_enable_ptr(t->enables.data());
    p.set_byte_enable_length(static_cast<unsigned>(t->enables.size()));
  }
  p.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  return t;
}

// Requests take effect in the order in which they are sent.
void RandomInitiator::expect(Transaction& t) {
  const tlm::tlm_generic_payload& p = t.payload;
  const std::uint64_t begin = p.get_address(), length = p.get_data_length();
  t.expected = t.data;
  if (begin >= capacity_ || length > capacity_ - begin) {
    t.status = tlm::TLM_ADDRESS_ERROR_RESPONSE;
    return;
  }
  if (p.is_read()) read_bytes_ += static_cast<std::int64_t>(length);
  if (p.is_write()) write_bytes_ += static_cast<std::int64_t>(length);
  for (std::uint64_t i = 0; i < length; ++i) {
    if (!t.enables.empty() && t.enables[i % t.enables.size()] == TLM_BYTE_DISABLED) continue;
    if (p.is_read()) t.expected[i] = memory_.count(begin + i) ? memory_[begin + i] : 0;
    if (p.is_write()) memory_[begin + i] = t.data[i];
  }
}

void RandomInitiator::run() {
  for (int i = 0; i < requests_; ++i) {
    if (random_() % 2) sc_core::wait(kernel::to_sc_time(static_cast<std::int64_t>(random_()) % (longest_gap_ + 1)));
    all_.push_back(make());
    Transaction& t = *all_.back();
    expect(t);
    requesting_ = &t;
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_core::sc_time delay = kernel::to_sc_time(random_() % 3 == 0 ? random_() % 5000 : 0);
    const tlm::tlm_sync_enum status = socket->nb_transport_fw(t.payload, phase, delay);
    if (status != tlm::TLM_ACCEPTED) fault("the port is known to accept and answer later");
    while (!t.accepted && !t.responded) sc_core::wait(accepted_);
  }
}

void RandomInitiator::check(Transaction& t) {
  ++answered_;
  if (t.payload.get_response_status() != t.status) fault(t.payload.get_response_string());
  if (t.data != t.expected) fault("wrong data from address " + std::to_string(t.payload.get_address()));
}

tlm::tlm_sync_enum RandomInitiator::nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                                    sc_core::sc_time& delay) {
  const auto found = std::find_if(all_.begin(), all_.end(), [&](const auto& t) { return &t->payload == &payload; });
  if (found == all_.end()) {
    fault("a payload that nobody sent");
    return tlm::TLM_ACCEPTED;
  }
  Transaction& t = **found;
  if (phase == tlm::END_REQ) {
    if (t.accepted) fault("accepted twice");
    t.accepted = true;
    accepted_.notify(delay);
    return tlm::TLM_ACCEPTED;
  }
  if (phase != tlm::BEGIN_RESP || t.responded) fault("a phase out of order");
  if (responding_) fault("a response before the last one had ended");
  t.responded = true;
  accepted_.notify(delay);
  check(t);
  if (random_() % 3 == 0) {
    phase = tlm::END_RESP;
    return tlm::TLM_UPDATED;
  }
  responding_ = &t;
  end_response_.notify(kernel::to_sc_time(1 + random_() % 30'000));
  return tlm::TLM_ACCEPTED;
}

void RandomInitiator::end_late() {
  tlm::tlm_phase phase = tlm::END_RESP;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  Transaction& t = *responding_;
  responding_ = nullptr;  // the next response may begin within the call
  socket->nb_transport_fw(t.payload, phase, delay);
}

}  // namespace subvolt::test
