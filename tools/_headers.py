"""What the contents lists do not say of headers: how they are included, and which say nothing."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Directories below /usr/include that pkg-config, a `*-config` or the usual build files name, so
# that what is in them is included without them. A `*` stands for a version. Of the .pc files of the
# packages that data/libraries.json names in Debian 13, and a few that have none.
INCLUDED = _words(
    """
    AL GraphicsMagick ITK-* ImageMagick-* Imath OGRE OpenEXR PCSC SDL SDL2 ZXing afflib agg2
    apache2 apr-* aravis-* arpack atk-* bamtools botan-* bullet cairo cairomm-* capstone
    cminpack-1 coin coin-or dbus-* eigen3 elpa enchant-* et exempi-* ext2fs firebird freetype2
    fribidi fuse fuse3 gdal gdcm-* gdk-pixbuf-* geotiff gio-unix-* giomm-* glib-* glibmm-* gmime-*
    gphoto2 gpod-* graphene-* graphviz groonga gstreamer-* gtk-* gtksourceview-* hangul-* harfbuzz
    hdf hdf5/serial healpix_cxx hidapi hiredis hs hunspell ibus-* igraph iodbc jellyfish-* json-c
    json-glib-* jsoncpp keybinder-* lame lensfun leptonica libairspy libayatana-appindicator3-*
    libbson-* libcamera libdrm libdwarf-* libevdev-* libftdi1 libgtop-* libhackrf libiptcdata
    libixion-* liblhasa-* libmongoc-* libnl3 libnm liboath liborcus-* libosinfo-* libpng16
    libpst-* libraw librsvg-* libsecret-* libsoup-* libupower-glib libusb-* libwnck-* libxml2
    lilv-* llvm-* lua* luajit-* lucene++ lzo mariadb minizip modbus modulemd-* mumps_seq mysql
    nauty ncurses ncursesw nice nspr ompl-* openbabel* opencascade opencv4 openjpeg-* openni2
    openslide opus p11-kit-* pango-* pcl-* petsc pipewire-* pixman-* pocketsphinx polkit-* poppler
    poppler/cpp poppler/glib postgresql qdbm qwt raptor2 rasqal rdkit rtaudio rtmidi samba-*
    scotch serd-* sigc++-* slepc soundtouch speech-dispatcher sphinxbase sqlcipher srt
    subversion-* suitesparse superlu svt-av1 taglib tcl* tirpc uchardet udisks2 uuid vte-* vtk-*
    wcslib webkitgtk-* wireshark wx-* xmlsec1 ykpers-*
    """
)

# Names that many projects give to headers of their own or to generated ones, so that they do not
# say which library is meant.
UNCLEAR = _words(
    """
    _stdint adapters alloc allocator api arch arith array arrayaccess assert async atomic atomics
    attributes base basic bit bitmap bitops bits block bmp buffer bytes cache callback char cli
    client clock codec color command common compat compiler conf config config-win config_auto
    configuration const constants context convert converter copy core cpp crc32 data date debug
    def defines defs detail dict driver encoding endian endianness engine entry env error errors
    event_loop exception exceptions export ext extension extensions fast field file files filter
    flags font format frame func function functions general geom global globals graph handle hash
    hashmap hashtable header headers helper helpers image impl include index info init input int
    internal internals inttypes io iterator json kernel key lexer lib library line list local lock
    log logger logging longnam macro macros main map math matrix md5 mem memory message misc mod
    model module mutex name names node nodes object objects obsolete options os output parse
    parser path pch platform plugin point pool port prefix print private process public queue
    random range read reader record rect refcount region resource result scanner select sha1
    sha256 shared signal simd size socket sort source stack stat state stats status stdafx stdbool
    stdint storage stream string strings struct structs symbol symbols system table task test
    tests text thread threads time timer token tools trace tree type types unistd user util
    utility utils value variant vector version view visibility window writer
    """
)

# Libraries of whose headers nothing follows: several versions have the same, or build files name
# the library anyway (Qt by qmake, sip or CMake).
SILENT = _words(
    """
    boost-numpy boost-python gtk2 gtk4 heimdal lld lldb lua5.1 lua5.2 lua5.3 lua5.4 luajit mpich
    ndbm node-headers omp openmp postgresql-server qca qscintilla qt5 qt5-declarative
    qt5-multimedia qt5-serialport qt5-svg qt5-tools qt6 qt6-declarative qt6-multimedia qt6-svg
    qt6-tools qwt r-base soqt xorgproto
    """
)

# Libraries with very many headers in one directory, and how the names of these begin.
FAMILIES = {
    "gdcm": ("gdcm",),
    "itk": ("itk",),
    "occt": ("BRep", "Standard_", "TopoDS", "gp_"),
    "vtk": ("vtk",),
}

# Packages whose headers one includes along with those of a library, by its name.
ALONG = {"libx11": ("x11proto-dev",)}

# Headers that are not below /usr/include, or under a name that is a link there.
ELSEWHERE = {
    "arrow": ("arrow/", "parquet/"),
    "cuda": (
        "cublas_v2.h",
        "cuda.h",
        "cuda_runtime.h",
        "cuda_runtime_api.h",
        "cudnn.h",
        "cufft.h",
        "curand.h",
        "cusparse.h",
        "nvToolsExt.h",
        "nvml.h",
        "nvrtc.h",
    ),
    "jdk": ("jni.h", "jni_md.h", "jawt.h", "jvmti.h"),
    "lgpio": ("lgpio.h", "rgpio.h"),
    "libmysqlclient": ("mysql/",),
    "mpi": ("mpi.h",),
    "nss": ("cryptohi.h", "pk11func.h", "pk11pub.h", "secerr.h", "secmod.h"),
    "opencl": ("CL/",),
    "pigpio": ("pigpio.h",),
    "r-base": ("R.h", "Rinternals.h", "Rmath.h", "Rdefines.h", "Rembedded.h", "R_ext/"),
    "ta-lib": ("ta-lib/", "ta_libc.h"),
}

# Where several libraries have a header: those that come before the others.
USUAL = ("graphicsmagick", "gtk3", "krb5", "libx11", "opengl", "poppler", "unixodbc")

# Headers that come with a Python package, which is a build requirement where they are needed.
PACKAGES = _words(
    """
    ATen/ THC/ c10/ cffi/ cupy/ cython/ eigenpy/ greenlet/ gssapi_ext/ jpype/ mpi4py/ nanobind/
    numpy/ py3cairo.h pyarrow/ pybind11/ pycairo.h pycairo/ pygame/ pygobject.h torch/
    xtensor-python/
    """
)

# Headers of Windows, macOS, the BSDs, Solaris and embedded systems: what is included there needs
# nothing on Linux.
# Libraries whose headers come with macOS's own compilers (usr/include of the macOS 11.3 SDK).
MACOS = (
    "bzip2", "cups", "curl", "cyrus-sasl", "edit", "expat", "glut", "krb5", "libffi", "libpcap",
    "libxml2", "libxslt", "ncurses", "net-snmp", "opengl", "openldap", "pam", "readline", "sqlite",
    "tcl", "uuid", "zlib",
)  # fmt: skip
FOREIGN = _words(
    """
    AVFoundation/ AppKit/ ApplicationServices/ AudioToolbox/ AudioUnit/ Availability.h
    AvailabilityMacros.h BaseTsd.h CFNetwork/ Carbon/ Cocoa/ CommonCrypto/ CoreAudio/
    CoreFoundation/ CoreGraphics/ CoreMIDI/ CoreServices/ CoreText/ CoreVideo/ CoreWLAN/ Dbghelp.h
    DiskArbitration/ Foundation/ IOBluetooth/ IOKit/ ImageIO/ Iphlpapi.h JavaScriptCore/ Kernel/
    Lmcons.h LocalAuthentication/ Metal/ OpenCL/ OpenDirectory/ OpenGL/ PowrProf.h Psapi.h
    QuartzCore/ QuickTime/ Sddl.h Security/ SetupAPI.h Shlobj.h Shlwapi.h SystemConfiguration/
    TargetConditionals.h Tlhelp32.h VersionHelpers.h Vfw.h WS2tcpip.h WinBase.h WinCrypt.h
    WinError.h WinIoCtl.h WinNT.h WinSock2.h Windows.h Wininet.h Winsock2.h Winuser.h Ws2tcpip.h
    Wtsapi32.h accctrl.h aclapi.h aclui.h afunix.h atlbase.h atlcomcli.h atlconv.h audioclient.h
    avrt.h bluetoothapis.h bthdef.h cfgmgr32.h comdef.h comutil.h conio.h copyfile.h crtdbg.h
    d3d11.h d3d12.h d3d9.h dbghelp.h dbt.h delayimp.h devguid.h devpkey.h direct.h
    dispatch/dispatch.h dos.h dsound.h dwmapi.h dxgi.h evntrace.h excpt.h fcntl.win.h float.win.h
    gdiplus.h hidpi.h hidsdi.h ifaddrs_win.h initguid.h intrin.h io.h iphlpapi.h kstat.h libkern/
    lmcons.h lmerr.h mach-o/ mach/ mach_debug/ machine/ malloc/malloc.h mmdeviceapi.h mmreg.h
    mmsystem.h mstcpip.h mswsock.h ndis.h netioapi.h ntddk.h ntdef.h ntsecapi.h ntstatus.h
    objbase.h objc/ ole2.h oleauto.h olectl.h os/log.h os2.h pdh.h poppack.h powrprof.h process.h
    psapi.h pshpack1.h pshpack4.h pshpack8.h rpc.h rpcdce.h sal.h sddl.h security.h servprov.h
    setupapi.h shellapi.h shlguid.h shlobj.h shlwapi.h shobjidl.h specstrings.h sspi.h stdext.h
    strmif.h strsafe.h sys/cpuset.h sys/disk.h sys/event.h sys/filio.h sys/kauth.h
    sys/kern_control.h sys/loadavg.h sys/pset.h sys/sockio.h sys/sys_domain.h sys/sysctl.h
    sys/ucred.h sys/vmmeter.h sysinfoapi.h tchar.h tlhelp32.h tpcshrd.h unknwn.h usbiodef.h vfw.h
    vm/vm_param.h wbemidl.h wchar.win.h wdm.h winbase.h wincon.h wincred.h wincrypt.h windef.h
    windows.h windowsx.h winerror.h wingdi.h winhttp.h wininet.h winioctl.h winnetwk.h winnls.h
    winnt.h winperf.h winreg.h winsock.h winsock2.h winspool.h winsvc.h winternl.h winuser.h
    winver.h wlanapi.h ws2bth.h ws2def.h ws2ipdef.h ws2spi.h ws2tcpip.h wspiapi.h wtsapi32.h
    wtypes.h xmmsystem.h xpc/ zconf.win.h
    """
)
