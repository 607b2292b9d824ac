create table line(text);
.import /dev/stdin line
create table told(deed, a, b);
with recursive
  first(text) as (select text || '  ' from line where rowid = 1),
  head(deed, rest) as (select substr(text, 1, instr(text, ' ') - 1), substr(text, instr(text, ' ') + 1) from first)
insert into told
select deed, cast(substr(rest, 1, instr(rest, ' ')) as integer), cast(substr(rest, instr(rest, ' ')) as integer) from head;

select 'Hello, world!' from told where deed = 'hello';
select a + b from told where deed = 'sum';
select a * b from told where deed = 'wide';
select sum(cast(text as integer)) from line, told where deed = 'lines' and line.rowid > 1 having count(*) > 0;
with recursive n(i) as (select 1 from told where deed = 'output' union all select i + 1 from n, told where i < a)
select '0123456789' from n where i > 0;
select abs(-9223372036854775807 - 1) from told where deed = 'crash';
with recursive n(i) as (select 1 from told where deed = 'memory' union all select i + 1 from n)
select count(*) from (select i, randomblob(1000) as bytes from n order by bytes) having count(*) > 0;
with recursive n(i) as (select 1 from told where deed = 'loop' union all select i from n)
select sum(i) from n having count(*) > 0;
