#include "data/csv_writer.hpp"

#include "io/whole_file.hpp"

namespace demask::training {
namespace {

void append_line(const std::vector<std::string>& fields, std::string& text) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) text += ',';
    if (fields[i].find_first_of(",\"") == std::string::npos) {
      text += fields[i];
      continue;
    }
    text += '"';
    for (const char c : fields[i]) text += c == '"' ? std::string("\"\"") : std::string(1, c);
    text += '"';
  }
  text += '\n';
}

}  // namespace

void write_csv(const std::filesystem::path& file, const std::vector<std::string>& header,
               const std::vector<std::vector<std::string>>& rows) {
  std::string text;
  append_line(header, text);
  for (const std::vector<std::string>& row : rows) append_line(row, text);
  io::write_whole_file(file, {text.begin(), text.end()});
}

}  // namespace demask::training
