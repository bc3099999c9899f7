// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "demask/error.hpp"
#include "tune/run_command.hpp"
#include "tune/search_space.hpp"
#include "tune/successive_halving.hpp"

using demask::training::draw_settings;
using demask::training::GenderSettings;
using demask::training::run_command;
using demask::training::successive_halving;
using demask::training::TrialOutcome;

TEST_CASE("Successive halving spends the most on the best trials") {
  // The score of a trial is its index, so the last trials win.
  std::map<std::size_t, double> spent;
  const auto outcomes = successive_halving({9, 3, 2.0}, [&spent](std::size_t trial, double budget) {
    spent[trial] = budget;
    return static_cast<double>(trial);
  });
  REQUIRE(outcomes.size() == 9);
  CHECK(outcomes[0].trial == 8);
  CHECK(outcomes[0].budget == 18.0);
  CHECK(outcomes[1].trial == 7);
  CHECK(outcomes[1].budget == 6.0);
  CHECK(outcomes[2].trial == 6);
  CHECK(outcomes[8].trial == 0);
  CHECK(std::count_if(spent.begin(), spent.end(), [](auto& s) { return s.second == 2.0; }) == 6);
}

TEST_CASE("A trial that improves with its budget can win a later round") {
  const auto outcomes = successive_halving({4, 2, 1.0}, [](std::size_t trial, double budget) {
    return trial == 1 ? 0.5 * budget : 0.9 - 0.1 * static_cast<double>(trial);
  });
  // First round: 0.9, 0.5, 0.7, 0.6. Trials 0 and 2 go on; trial 1 is out.
  CHECK(outcomes[0].trial == 0);
  CHECK(outcomes[1].trial == 2);
  CHECK(outcomes[2].trial == 3);
  CHECK(outcomes[3].trial == 1);
  const auto late = successive_halving({2, 2, 1.0}, [](std::size_t trial, double budget) {
    return trial == 1 ? 0.95 * budget : 0.9;
  });
  CHECK(late[0].trial == 1);
  CHECK(late[0].score == 1.9);
}

TEST_CASE("Equal scores keep the order of the trials") {
  const auto outcomes = successive_halving({4, 2, 1.0}, [](std::size_t, double) { return 1.0; });
  for (std::size_t i = 0; i < outcomes.size(); ++i) CHECK(outcomes[i].trial == i);
}

TEST_CASE("Successive halving refuses invalid numbers of trials and rounds") {
  const auto nothing = [](std::size_t, double) { return 0.0; };
  CHECK_THROWS_AS(successive_halving({0, 2, 1.0}, nothing), demask::Error);
  CHECK_THROWS_AS(successive_halving({4, 1, 1.0}, nothing), demask::Error);
}

TEST_CASE("Settings lie in the space and depend on the seed alone") {
  std::mt19937_64 engine(5);
  std::mt19937_64 again(5);
  for (int i = 0; i < 200; ++i) {
    const GenderSettings s = draw_settings(engine);
    const GenderSettings t = draw_settings(again);
    CHECK(s.widths == t.widths);
    CHECK(s.dropout == t.dropout);
    CHECK(s.learning_rate == t.learning_rate);
    CHECK(s.widths[0] >= 32);
    CHECK(s.widths[0] <= 96);
    for (std::size_t k = 1; k < 3; ++k) {
      CHECK(s.widths[k] % 16 == 0);
      CHECK(s.widths[k] >= s.widths[k - 1]);
      CHECK(s.widths[k] <= 2 * s.widths[k - 1]);
    }
    CHECK(s.dropout >= 0.0);
    CHECK(s.dropout <= 0.6);
    CHECK(s.learning_rate >= 1.99e-4);
    CHECK(s.learning_rate <= 5.01e-3);
  }
}

TEST_CASE("A command's output goes to the log, and its failure is an error") {
  const auto log = std::filesystem::temp_directory_path() / "demask_run_command.log";
  std::filesystem::remove(log);
  run_command({"sh", "-c", "echo out; echo err >&2"}, log);
  run_command({"echo", "two words"}, log);
  std::ifstream file(log);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  CHECK(text == "out\nerr\ntwo words\n");
  CHECK_THROWS_WITH(run_command({"sh", "-c", "exit 3"}, log),
                    Catch::Contains("sh: failed") && Catch::Contains(log.string()));
  CHECK_THROWS_WITH(run_command({"/no/such/program"}, log), Catch::Contains("cannot be started"));
  std::filesystem::remove(log);
}
