"""The kernel through NVRTC, which needs no GPU and no driver; and where its machine code is kept."""

import os
import sys

import pytest

from offchain.errors import DeviceError
from offchain.workers.cuda import kernel
from offchain.workers.cuda.driver import CudaGpu
from offchain.workers.cuda.kernel import KERNEL, cache_folder, compiled, cubin
from offchain.workers.devices import examine

installed = pytest.mark.skipif(
    sys.platform != "linux" or not any(os.path.isdir(f"{path}/cuda/core") for path in sys.path),
    reason="the extra 'cuda' is not installed here",
)

# Turing, Ampere twice, Ada, Hopper, Blackwell twice: T4, A100, A10, L4, H200, B200, RTX 50.
ARCHITECTURES = ("sm_75", "sm_80", "sm_86", "sm_89", "sm_90", "sm_100", "sm_120")


@installed
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_kernel_compiles_without_a_gpu(architecture):
    code = compiled(architecture)
    assert code[:4] == b"\x7fELF"
    assert f".text.{KERNEL}\0".encode() in code
    assert len(code) < 64 << 10


@installed
def test_machine_code_is_kept_checked_and_made_again_when_it_is_damaged(tmp_path, monkeypatch):
    made = cubin("sm_90", tmp_path)
    (kept,) = tmp_path.iterdir()
    assert kept.name.startswith("scale-sm_90-")
    kept.write_bytes(kept.read_bytes()[:-1])
    assert cubin("sm_90", tmp_path) == made, "a file that is cut off is not believed"
    monkeypatch.setattr(kernel, "compiled", lambda _: pytest.fail("it was kept"))
    assert cubin("sm_90", tmp_path) == made


@installed
def test_a_change_of_the_source_is_another_file(tmp_path, monkeypatch):
    cubin("sm_90", tmp_path)
    changed = kernel.source() + "\n// changed\n"
    monkeypatch.setattr(kernel, "source", lambda: changed)
    cubin("sm_90", tmp_path)
    assert len(list(tmp_path.iterdir())) == 2


@installed
def test_a_folder_that_cannot_be_written_to_is_done_without(tmp_path):
    assert cubin("sm_90", tmp_path / "missing") == cubin("sm_90", None)


def test_a_folder_that_others_can_write_to_is_not_ours(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = cache_folder()
    assert folder == tmp_path / "offchain" / "kernels"
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o777)
    assert cache_folder() is None


@pytest.mark.skipif(os.path.exists("/dev/nvidiactl"), reason="there is a driver here")
def test_without_packages_or_a_driver_a_device_says_what_is_missing():
    with pytest.raises(
        DeviceError, match=r"^cuda:0, start: (the extra 'cuda' is not installed|DynamicLib|.*driver)"
    ) as raised:
        CudaGpu("cuda:0", None)
    assert (raised.value.device, raised.value.stage) == ("cuda:0", "start")
    report = examine("cuda:0")
    assert (report.usable, report.reason) == (False, str(raised.value))


def test_the_video_library_s_decoder_says_that_there_is_no_device():
    if os.path.exists("/dev/nvidiactl"):
        pytest.skip("there is a driver here")
    gpu = CudaGpu.__new__(CudaGpu)
    gpu._name = "cuda:0"
    assert "libnvcuvid.so.1" in gpu._try_decoder()[0]
    with pytest.raises(DeviceError, match="cuda:0, decode: "):
        gpu.decoder("h264", b"")
