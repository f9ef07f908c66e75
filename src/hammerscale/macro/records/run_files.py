"""The names of the files in the folder of an impact run; the summary is written last."""

SUMMARY, HISTORY, FIELDS, CHECKPOINT = "summary.json", "history.nc", "fields.vtkhdf", "checkpoint.nc"
