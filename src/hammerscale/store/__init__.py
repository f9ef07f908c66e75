"""The only code that writes to a final path: a file under its final name is whole and was verified.

- `atomic`: a file appears at once (bytes, text, JSON, or whatever a library writes)
- `folder`: a folder appears at once, with a manifest that it can be verified against
- `variable`: what a NetCDF variable is made of
- `netcdf`: write, verify and read NetCDF files
- `slabs`: write NetCDF files that are larger than the memory
- `foreign`: arrays that a stranger may have written, their sizes before their contents
- `seal`: the last line of a NetCDF file, a checksum of all that stands before it
- `disk`: room on the disk, and the one error when it runs out
- `temporary`: names of unfinished files, and sweeping those that dead processes left
- `sealed_json`: JSON documents that show every change of a byte
- `lock`: locks that die with their owner
- `quarantine`: putting a damaged file aside
"""
