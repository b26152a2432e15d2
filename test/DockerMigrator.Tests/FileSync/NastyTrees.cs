namespace DockerMigrator.Tests.FileSync;

/// <summary>Trees that break tools which copy trees, each a shell script that makes it in the current directory.</summary>
internal static class NastyTrees
{
    public static readonly Dictionary<string, string> All = new()
    {
        ["nothing"] = ":",
        ["plain files of many sizes"] = "for n in 0 1 4095 4096 4097 65536 1048575 1048576 1048577 3000000; do head -c $n /dev/urandom > f$n; done",
        ["names that are not UTF-8, with newlines, spaces, control characters, quotes"] = """
            touch -- $'new\nline' $'\xff\xfe' ' leading' 'trailing ' $'tab\t' $'\x01\x7f' 'quote"' "apostrophe'" 'back\slash' '*' '?' '-rf' '~' $'bad\xc3' $'\xe2\x82\xac'
            mkdir $'dir\n\xff' && echo x > $'dir\n\xff'/$'\xf0'
            ln -s $'\xff\n' $'link\xff'
            """,
        ["names of 255 bytes"] = "n=$(printf 'a%.0s' $(seq 255)); mkdir $n; echo x > $n/$n; ln -s $n l; ln $n/$n $n/${n%a}b",
        ["special permissions"] = """
            for m in 0000 0001 0777 4755 2755 1755 7777 6000; do touch f$m; chmod $m f$m; mkdir d$m; touch d$m/x; chmod $m d$m; done
            chmod 3711 .
            """,
        ["owners"] = "touch f; chown 4294967294:4294967294 f; mkdir d; chown 1000:2000 d; ln -s f l; chown -h 7:8 l; mkfifo p; chown 9:10 p; touch s; chown 11:12 s; chmod 6755 s; chown 5:6 .",
        ["times"] = """
            touch -d '1901-12-14 00:00:00.000000001' old; touch -d '2400-01-01 00:00:00.999999999' far; touch -d '1969-12-31 23:59:59.5 UTC' before
            mkdir d; touch d/x; touch -d '2001-02-03 04:05:06.789012345' d; ln -s x l; touch -h -d '2002-02-03 04:05:06.123456789' l
            mkfifo p; touch -d '2003-02-03 04:05:06.1' p; touch -d '1999-01-01 00:00:00.000000042' .
            """,
        ["extended attributes and capabilities"] = """
            touch f; setfattr -n user.a -v 1 f; setfattr -n user.empty f; setfattr -n user.binary -v 0x00ff0a00 f; setfattr -n trusted.t -v x f; setfattr -n security.s -v y f
            setfattr -n trusted.overlay.opaque -v y f; setfattr -n user.big -v 0x$(head -c 2000 /dev/urandom | od -An -tx1 | tr -d ' \n') f
            cp /bin/true c; setcap cap_net_raw+ep c; chmod 4755 c
            mkdir d; setfattr -n user.d -v 1 d; setfattr -n security.d -v 1 d; touch d/x
            ln -s f l; setfattr -h -n trusted.l -v 1 l; setfattr -h -n security.l -v 1 l
            mkfifo p; setfattr -n trusted.p -v 1 p; mknod n c 1 3; setfattr -n trusted.n -v 2 n
            setfattr -n user.root -v 1 .
            """,
        ["access control lists"] = """
            touch f; mkdir d
            setfattr -n system.posix_acl_access -v 0x0200000001000600ffffffff02000700e803000004000400ffffffff10000700ffffffff20000400ffffffff f
            setfattr -n system.posix_acl_access -v 0x0200000001000700ffffffff02000700e803000004000500ffffffff10000700ffffffff20000500ffffffff d
            setfattr -n system.posix_acl_default -v 0x0200000001000700ffffffff02000700e803000004000500ffffffff10000700ffffffff20000500ffffffff d
            mkdir d/inherits; touch d/inherited; touch d/stripped; setfattr -x system.posix_acl_access d/stripped; mkdir d/bare; setfattr -x system.posix_acl_default d/bare
            """,
        ["sparse files"] = """
            truncate -s 10M hole; truncate -s 1T huge; printf x | dd of=huge bs=1 seek=500000000000 conv=notrunc status=none
            dd if=/dev/urandom of=middle bs=64k count=1 seek=16 status=none; truncate -s 5M middle
            for i in 0 3 6 9; do dd if=/dev/urandom of=comb bs=64k count=1 seek=$i conv=notrunc status=none; done
            head -c 300000 /dev/zero > zeros
            """,
        ["hard links across directories"] = """
            mkdir -p a/b c; echo 1 > a/one; ln a/one a/b/two; ln a/one c/three; ln a/one $'z\n'; ln -s x a/sl; ln a/sl c/sl2; mkfifo a/p; ln a/p c/p2; mknod c/n b 7 1; ln c/n a/n2
            echo outside > ../outside; ln ../outside c/alone
            """,
        ["devices, FIFOs, sockets"] = """
            mknod null c 1 3; mknod loop b 7 200; mknod large c 511 1048575; mknod zero c 0 0; mkfifo fifo; chmod 600 fifo
            python3 -c 'import socket; s=socket.socket(socket.AF_UNIX); s.bind("sock")'; chown 3:4 sock; chmod 711 sock
            """,
        ["symbolic links"] = "ln -s /etc/passwd absolute; ln -s ../../../.. up; ln -s missing dangling; ln -s loop loop; ln -s $(printf 'x%.0s' $(seq 4000)) long; ln -s . dot; mkdir d; ln -s d dl; touch -d 2001-01-01 dl -h",
        ["directories that nobody may enter"] = "mkdir -p a/b/c; touch a/b/c/x; chmod 0 a/b/c a/b a",
        ["protected files"] = "touch i a; chattr +i i; chattr +a a; mkdir d; touch d/x; chattr +i d",
        ["many entries in one directory"] = "mkdir d; cd d; seq 3000 | xargs touch; mkdir e; cd e; seq -f 'd%g' 500 | xargs mkdir",
    };
}
