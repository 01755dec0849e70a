#include "redact/taken.hpp"

#include <array>

namespace holdfast {
namespace {

TEST(CommandLines, LongOptionsTakeTheNextArgument) {
  expect_cases(std::to_array<redaction_case>({
      {"psql --password tr0ub4dor -h db", "psql --password ~ -h db"},
      {"mysqldump -u root --password=tr0ub4dor orders", "mysqldump -u root --password=~ orders"},
      {"['psql', '--password', 'tr0ub4dor']", "['psql', '--password', '~']"},
      {"wget --http-password=tr0ub4dor --user=bob https://x.example",
       "wget --http-password=~ --user=bob https://x.example"},
      {"--password%20tr0ub4dor%20-h", "--password%20~%20-h"},
      {R"(tool --token "tr0ub 4dor" run)", R"(tool --token "~" run)"},
  }));
}

TEST(CommandLines, ShortOptionsCountOnlyWhereTheProgramHasThem) {
  expect_cases(std::to_array<redaction_case>({
      {"mysql -uroot -ptr0ub4dor db", "mysql -uroot -p~ db"},
      {"mysql -u root -p'tr0ub4dor' db", "mysql -u root -p'~' db"},
      {"redis-cli -h c -a tr0ub4dor ping", "redis-cli -h c -a ~ ping"},
      {R"(["redis-cli","-a","tr0ub4dor","ping"])", R"(["redis-cli","-a","~","ping"])"},
      {"curl -u admin:tr0ub4dor https://x.example", "curl -u admin:~ https://x.example"},
      {"curl --user 'a:tr0ub4dor' https://x.example", "curl --user 'a:~' https://x.example"},
      {"curl --user a:'tr0ub4dor' https://x.example", "curl --user a:'~' https://x.example"},
      {R"(curl -u "a":"tr0ub4dor" https://x.example)", R"(curl -u "a":"~" https://x.example)"},
      {"sshpass -p tr0ub4dor ssh host", "sshpass -p ~ ssh host"},
      {"docker login -u me -p tr0ub4dor registry", "docker login -u me -p ~ registry"},
      {"docker run -p 8080:80 nginx", "docker run -p 8080:80 nginx"},
      {"smbclient //srv/share -U user%tr0ub4dor", "smbclient //srv/share -U user%~"},
      {"ldapsearch -x -D cn=admin -w tr0ub4dor", "ldapsearch -x -D cn=admin -w ~"},
      {"ssh -p 22 host", "ssh -p 22 host"},
      {"curl --proxy-user a:tr0ub4dor https://x.example",
       "curl --proxy-user a:~ https://x.example"},
      {"keytool -list -storepass tr0ub4dor -v", "keytool -list -storepass ~ -v"},
      {R"(mysql -e "select 1; select 2" -ptr0ub4dor)", R"(mysql -e "select 1; select 2" -p~)"},
      {"helm registry login -u me -p tr0ub4dor r", "helm registry login -u me -p ~ r"},
  }));
}

TEST(CommandLines, CookiesOfCurlGoButNotTheFilesOfCookies) {
  expect_cases(std::to_array<redaction_case>({
      {"curl -b 'session=tr0ub4dor' https://x.example", "curl -b 'session=~' https://x.example"},
      {"curl -b name=tr0ub4dor https://x.example", "curl -b name=~ https://x.example"},
      {R"(curl -b "a=tr0ub; b=4dor" -L https://x.example)",
       R"(curl -b "a=~" -L https://x.example)"},
      {"curl%20-bname%3Dtr0ub4dor%20-L", "curl%20-bname%3D~%20-L"},
      {"curl -bname=tr0ub4dor https://x.example", "curl -bname=~ https://x.example"},
      {"curl --cookie 'a=tr0ub4dor' https://x.example", "curl --cookie 'a=~' https://x.example"},
      {R"(["curl","-b","a=tr0ub4dor","https://x.example"])",
       R"(["curl","-b","a=~","https://x.example"])"},
      {R"(["curl","--cookie","a=tr0ub4dor"])", R"(["curl","--cookie","a=~"])"},
      {"curl%20-b%20%27a%3Dtr0ub4dor%27%20https%3A%2F%2Fx.example",
       "curl%20-b%20%27a%3D~%27%20https%3A%2F%2Fx.example"},
  }));
  expect_unchanged(std::to_array<std::string_view>({
      "curl -b cookies.txt -c cookies.txt https://x.example/?a=b",
      "curl --cookie jar https://x.example/?a=b",
      R"(curl -b "session=$SESSION" https://x.example)",
      "grep -b a=b file",
      "tool --cookie a=b",
      "curl --cookie-jar a=b",
  }));
}

TEST(CommandLines, ACommandMayTakeANewPassword) {
  expect_cases(std::to_array<redaction_case>({
      {"mysqladmin password tr0ub4dor", "mysqladmin password ~"},
      {"mysqladmin -u root password 'tr0ub 4dor'", "mysqladmin -u root password '~'"},
      {"mysqladmin -uroot -ptr0ub password 4dor-new; echo done",
       "mysqladmin -uroot -p~ password ~; echo done"},
      {"mysqladmin old-password tr0ub4dor", "mysqladmin old-password ~"},
      {"mysqladmin%20-u%20root%20password%20tr0ub4dor", "mysqladmin%20-u%20root%20password%20~"},
      {R"(["mysqladmin","-u","root","password","tr0ub4dor"])",
       R"(["mysqladmin","-u","root","password","~"])"},
      {"mariadb-admin password tr0ub4dor", "mariadb-admin password ~"},
  }));
  expect_unchanged(std::to_array<std::string_view>({
      "mysqladmin -u root -p password",
      "mysqladmin password; echo a new password please",
      "mysqladmin password && systemctl restart mysql",
      "mysqladmin: unable to change password; error: 'x'",
      "mysqladmin ping | tee log; password change is due",
  }));
}

TEST(CommandLines, EnvironmentsAreAssignments) {
  expect_cases(std::to_array<redaction_case>({
      {R"(exec: PGPASSWORD=tr0ub4dor psql -h db -c "select 1")",
       R"(exec: PGPASSWORD=~ psql -h db -c "select 1")"},
      {R"(export GITHUB_TOKEN="tr0ub4dor")", R"(export GITHUB_TOKEN="~")"},
      {"docker run -e POSTGRES_PASSWORD=tr0ub4dor postgres",
       "docker run -e POSTGRES_PASSWORD=~ postgres"},
      {"AWS_SECRET_ACCESS_KEY=tr0ub4dor/abc+def REGION=x", "AWS_SECRET_ACCESS_KEY=~ REGION=x"},
  }));
}

TEST(CommandLines, WhatSetsAVariableIsAnAssignment) {
  expect_cases(std::to_array<redaction_case>({
      {"ENV DB_PASSWORD tr0ub4dor", "ENV DB_PASSWORD ~"},
      {"setenv PASSWORD tr0ub4dor", "setenv PASSWORD ~"},
      {"aws configure set aws_secret_access_key tr0ub4dor",
       "aws configure set aws_secret_access_key ~"},
      {"ENV TOKEN_PATH /run/token", "ENV TOKEN_PATH /run/token"},
  }));
}

TEST(CommandLines, TheOptionsOfTheNextCommandAreItsOwn) {
  expect_unchanged(std::to_array<std::string_view>({
      "mysql -h db; ls -pl",
      "mysql -h db | less -pattern",
      "mysql -h db && mkdir -parents x",
      "docker login r; docker run -p 8080:80 img",
      "docker run -p 8080:80 img # after the login",
  }));
}

}  // namespace
}  // namespace holdfast
