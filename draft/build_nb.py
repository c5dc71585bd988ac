"""python build_nb.py half1.txt out.ipynb: cells between lines '%%md' and '%%code [tags]'."""
import sys, re, nbformat
cells=[]; kind=None; buf=[]
def flush():
    if kind is None: return
    src="\n".join(buf).strip("\n")
    c = nbformat.v4.new_markdown_cell(src) if kind[0]=="md" else nbformat.v4.new_code_cell(src)
    if kind[1:]: c.metadata["tags"]=kind[1:]
    c["id"]=f"c{len(cells):03d}"; cells.append(c)
for line in open(sys.argv[1], encoding="utf-8").read().split("\n"):
    if line.startswith("%%"): flush(); kind=line[2:].split(); buf=[]
    else: buf.append(line)
flush()
nb=nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec":{"display_name":"Python 3 (ipykernel)","language":"python","name":"python3"},"language_info":{"name":"python"}})
nbformat.write(nb, sys.argv[2])
print(len(cells),"cells; longest code", max(len(c.source.split("\n")) for c in cells if c.cell_type=="code"))
