#pragma once

#include "holdfast/importer/import.hpp"
#include "holdfast/importer/patience.hpp"

#include <optional>
#include <stop_token>
#include <string>

namespace holdfast {

/// Executes one run: obeys the run machine, decides nothing. Used once.
class import_driver {
 public:
  import_driver(import_job& job, run_limits const& limits, std::stop_token const& stop,
                import_observer& observer, timekeeper& time);

  [[nodiscard]] source_report run();

 private:
  [[nodiscard]] bool begin();
  void step_through();
  void read();
  void refuse(read_result& result);
  void take(std::uint64_t fingerprint, instant now);
  [[nodiscard]] std::optional<std::optional<ledger_mark>> look_up(std::uint64_t fingerprint);
  void write();
  void wait(instant until);
  void finish();
  [[nodiscard]] source_report report();

  /// Asks the target until it does what it is asked, with waits as the machine says.
  [[nodiscard]] bool insist(target_question const& ask);

  void stop_at_conflict();
  void target_failed(problem why);
  void show(instant now);
  [[nodiscard]] progress present() const;

  import_job& job_;
  run_limits const& limits_;
  std::stop_token const& stop_;
  import_observer& observer_;
  timekeeper& time_;
  instant const started_;
  run_machine machine_;
  run_start run_;
  std::optional<feed_history> history_;
  std::uint64_t resumed_at_ = 0;  ///< where the run stopped, for one that is resumed
  batch batch_;
  record record_;
  source_report report_;
  std::uint64_t read_here_ = 0;
  std::uint64_t read_to_ = 0;  ///< position after the last record read
  problem refusal_;
  std::string last_failure_;  ///< of an attempt of the source, which an open circuit hides
  instant waiting_until_{};
  instant next_show_{};
};

}  // namespace holdfast
