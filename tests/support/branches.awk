# lcov in; out: each line of engine/law/ with a branch that was never taken, and the share that was. A line that asserts
# or says "never:" does not count.
/^SF:/ { file = $2; sub(root, "", file); inLaw = file ~ /^engine\/law\//; delete source; n = 0
         if (inLaw) { while ((getline line < $2) > 0) source[++n] = line; close($2) } }
/^BRDA:/ && inLaw {
  split($2, field, ","); at = field[1]
  if (source[at] ~ /KJ_|never:/) next
  key = file ":" at ":" field[2] ":" field[3]
  if (!(key in taken)) { taken[key] = 0; all++ }
  if (field[4] != "-" && field[4] > 0) taken[key] = 1
  text[key] = source[at]
}
END {
  for (key in taken) { if (taken[key]) covered++; else { split(key, part, ":"); missed[part[1] ":" part[2]] = text[key]; left[part[1]]++ } }
  for (line in missed) printf "%s  %s\n", line, missed[line] | "sort -t: -k1,1 -k2,2n"
  close("sort -t: -k1,1 -k2,2n")
  printf "%d of %d branches taken: %.2f %%\n", covered, all, all ? 100 * covered / all : 0
}
