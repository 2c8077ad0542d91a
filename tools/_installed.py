"""What people install in images beside development packages, for tools/update_runtime.py."""

from __future__ import annotations

_NAMES = """
    adduser apache2 apt-transport-https apt-utils autoconf automake awscli bash bash-completion
    bc bind9-dnsutils binutils bison bsdmainutils build-essential bzip2 ca-certificates cargo
    chromium chromium-driver chrony clang cmake coreutils cron curl debianutils default-jdk
    default-jre default-jre-headless default-mysql-client dialog dirmngr dnsutils dos2unix
    dpkg-dev dumb-init ethtool exiftool fabric fail2ban ffmpeg file findutils firefox-esr flex
    fontconfig fonts-dejavu fonts-dejavu-core fonts-freefont-ttf fonts-ipafont-gothic
    fonts-liberation fonts-noto fonts-noto-cjk fonts-noto-color-emoji fonts-thai-tlwg
    fonts-wqy-zenhei ftp g++ gawk gcc gdal-bin gdb gettext gettext-base gfortran ghostscript git
    git-lfs gnupg gnupg2 golang gosu gpg graphviz grep gunicorn gzip haproxy hostname htop
    httpie imagemagick inetutils-ping inkscape iproute2 iptables iputils-ping jq jqp krb5-config
    krb5-user ldap-utils less libaio1 libarchive-tools libbluetooth-dev libboost-dev libc-bin
    libc6 libc6-dev libcairo2 libcap2-bin libcurl4 libdb-dev libegl1 libenchant-2-2 libexpat1
    libffi8 libfontconfig1 libfreetype6-dev libgdal32 libgdal36 libgdbm-dev libgdk-pixbuf-2.0-0
    libgeos++-dev libgeos-c1t64 libgeos-c1v5 libgeos-dev libgl1 libgl1-mesa-glx libglib2.0-0
    libglib2.0-0t64 libglx-mesa0 libgomp1 libgtk-3-0 libharfbuzz-subset0 libhdf5-103
    libhdf5-serial-dev libheif1 libhiredis0.14 libicu72 libjemalloc2 libjpeg-turbo-progs
    libjpeg62-turbo libjpeg62-turbo-dev libldap-common libldap2 libldap2-dev libleptonica-dev
    libmagic1 libmagic1t64 libmagickwand-6.q16-6 libmagickwand-dev libmariadb-dev
    libmariadb-dev-compat libmariadb3 libmaxminddb-dev libmaxminddb0 libmemcached11
    libncurses5-dev libncursesw5-dev libnss3 libodbc1 libopenblas0 libopenjp2-7 libopenmpi3
    libpam-modules libpango-1.0-0 libpangocairo-1.0-0 libpangoft2-1.0-0 libpcre3 libpq5
    libproj-dev libproj25 libpython3-dev libreoffice librsvg2-common libsasl2-modules
    libsasl2-modules-gssapi-mit libsm6 libsndfile1 libspatialindex6 libssl1.1 libssl3 libstdc++6
    libterm-readline-gnu-perl libtiff5-dev libtk8.6 libtool libusb-1.0-0 libusb-dev
    libvips-tools libvips42 libxext6 libxml2 libxmlsec1 libxmlsec1-openssl libxrender1
    libxslt-dev libxslt1.1 libyaml-0-2 libzbar0 libzmq5 libzstd1 locales locales-all login
    logrotate lsb-release lsof make mariadb-client mecab media-types mercurial meson
    mime-support mtr-tiny multitail nano ncat net-tools netbase netcat netcat-openbsd
    netcat-traditional nginx nginx-light ninja-build nmap nodejs npm odbc-postgresql odbcinst
    openjdk-11-jre-headless openjdk-17-jdk openjdk-17-jre openjdk-17-jre-headless
    openjdk-21-jre-headless openssh-client openssh-server openssl optipng p7zip-full pandoc
    parallel passwd patch pdftk perl pgbouncer pipx pkg-config pkgconf pngquant poppler-utils
    postfix postgis postgresql postgresql-client postgresql-client-13 postgresql-client-15
    postgresql-client-17 postgresql-common procps proj-bin proj-data psmisc pv python-is-python3
    python3 python3-dev python3-distutils python3-full python3-gdal python3-gi python3-mysqldb
    python3-numpy python3-opencv python3-pip python3-poetry python3-psycopg2 python3-pyodbc
    python3-setuptools python3-venv python3-virtualenv python3-wheel python3.11 python3.11-venv
    python3.13 python3.13-venv python3.9 qpdf redis redis-server redis-tools rlwrap rsync
    rsyslog ruby rustc s3fs s6 sed shared-mime-info socat software-properties-common sqlite3 ssh
    ssl-cert strace subversion sudo supervisor swig sysstat tar task-spooler tcpdump tdsodbc
    telnet tesseract-ocr tesseract-ocr-eng texlive texlive-latex-base time tini tk-dev tmux
    traceroute tree tzdata tzdata-legacy ufw unattended-upgrades unixodbc unoconv unrar-free
    unzip util-linux uuid-dev uuid-runtime uwsgi uwsgi-plugin-python3 vim vim-common vim-tiny
    wait-for-it weasyprint wget whois wkhtmltopdf xauth xmlsec1 xvfb xxd xz-utils yq zip zsh
"""
INSTALLED = frozenset(_NAMES.split())
