# The project and its environment in one image:
#
#   docker build --tag truthserum .
#   mkdir out
#   docker run --rm --user "$(id -u):$(id -g)" --volume "$PWD/out:/out" truthserum --cores all
#
# What follows the image's name are arguments of Snakemake; results, figures and logs come to out/.
FROM python:3.13-slim-trixie
RUN apt-get update \
    && apt-get install --yes --no-install-recommends make \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /project
# The environment by itself: it is made again when a pin changes, not when the code does. It is
# compiled, as whoever runs it may not write there.
COPY Makefile ./
COPY envs/machine.py envs/requirements.txt envs/own.pth envs/
RUN make COMPILE= .venv/.ready
COPY . .
# Whoever runs it: Snakemake and matplotlib keep small things where they can.
ENV XDG_CACHE_HOME=/tmp/cache XDG_CONFIG_HOME=/tmp/config
VOLUME /out
ENTRYPOINT ["/project/.venv/bin/snakemake", "--snakefile", "/project/Snakefile", "--directory", "/out"]
CMD ["--cores", "all"]
